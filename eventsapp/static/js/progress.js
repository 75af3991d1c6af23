// How far an import is, looked up every two seconds; without this a link does it.
(() => {
  "use strict";
  const shown = document.querySelector("[data-progress]");
  const look = async () => {
    const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
    if (answer && answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.querySelector("[data-progress]");
      if (!now || now.dataset.progress !== shown.dataset.progress) {
        location.reload();
        return;
      }
      shown.replaceChildren(...now.childNodes);
    }
    setTimeout(look, 2000);
  };
  setTimeout(look, 2000);
})();
