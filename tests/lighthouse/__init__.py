"""Lighthouse on the built site; needs an npm package of its own, so it is no test."""
