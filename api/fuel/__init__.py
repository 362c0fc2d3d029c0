"""Fuel's REST surface: its URLs and shapes over what Trailmark keeps."""
