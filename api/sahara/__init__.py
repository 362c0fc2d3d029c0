"""Progress of clusters, as clients of Sahara know it (seed 001)."""
