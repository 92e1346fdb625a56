"""What makes Farward open without a network: the manifest, the service worker and the page for when nothing else is."""
