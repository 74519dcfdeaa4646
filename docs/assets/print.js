/** Shows the button that prints the page: without this script there would be nothing behind it. */

for (const button of document.querySelectorAll("button[data-print]")) {
  button.addEventListener("click", () => print());
  button.hidden = false;
}
