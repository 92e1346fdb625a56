"""The booking desk: pages on which encounters are booked, changed and given links, and the week they stand in."""
