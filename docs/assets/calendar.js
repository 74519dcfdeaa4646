/**
 * Makes the address to subscribe to: a calendar program wants the whole address, which only the
 * browser knows. Without this script the link downloads the file.
 */

const link = document.querySelector("a[data-subscribe]");
if (location.protocol.startsWith("http")) {
  const address = new URL(link.getAttribute("href"), document.baseURI);
  document.querySelector("[data-address]").textContent = address.href;
  link.href = `webcal://${address.host}${address.pathname}`;
  link.removeAttribute("download");
}
