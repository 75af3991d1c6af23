// Comfort only: every page works without this file.
(() => {
  "use strict";

  // The server recognises a form sent twice; this only spares the impatient the second wait.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (button) button.setAttribute("aria-disabled", "true");
    // A download leaves the page standing, and an answer may get lost on the way.
    setTimeout(() => release(form), 8000);
  });

  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
  };

  // Back from the next page, the browser shows this one as it was left.
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  // What runs now, on the day itself: the server marked it when it sent the page.
  const marks = document.querySelectorAll("[data-from]");
  const within = (mark) => Date.parse(mark.dataset.from) <= Date.now() && Date.now() < Date.parse(mark.dataset.to);
  if (marks.length) setInterval(() => marks.forEach((mark) => { mark.hidden = !within(mark); }), 30000);

  if (navigator.clipboard) {
    document.querySelectorAll("[data-copy]").forEach((button) => {
      const text = button.textContent;
      button.hidden = false;
      button.setAttribute("aria-live", "polite");
      button.addEventListener("click", () =>
        navigator.clipboard.writeText(button.dataset.copy).then(() => {
          button.textContent = button.dataset.copied || text;
          setTimeout(() => { button.textContent = text; }, 3000);
        }, () => {}));
    });
  }
})();
