// Comfort only: hides the questions for those who take part otherwise. Without it they say themselves whom they are for.
(() => {
  "use strict";
  const show = () => {
    const chosen = document.querySelector("input[name=attends]:checked");
    document.querySelectorAll("[data-attends]").forEach((part) => {
      part.hidden = Boolean(chosen) && part.dataset.attends !== chosen.value;
    });
  };
  document.addEventListener("change", (event) => { if (event.target.name === "attends") show(); });
  window.addEventListener("pageshow", show);
  show();
})();
