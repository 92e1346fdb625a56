"""Static files on their way to the browser: without comments, bundled, by their content."""
