// Light or dark, before anything is drawn: the address says it, else the last choice, else the system.
// Nobody scrolls a picture: with `still` in the address every panel is as tall as what it holds, and
// `still=390` is so many pixels wide, for a browser's window may have a least width of its own.
(() => {
  const query = new URLSearchParams(location.search);
  document.documentElement.toggleAttribute("data-still", query.has("still"));
  if (Number(query.get("still")) > 0) document.documentElement.style.width = `${Number(query.get("still"))}px`;
  const asked = query.get("theme");
  let kept = null;
  try { kept = localStorage.getItem("theme"); } catch { /* storage may be off */ }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const chosen = [asked, kept].find((one) => one === "light" || one === "dark");
  document.documentElement.dataset.theme = chosen ?? (dark ? "dark" : "light");
})();
