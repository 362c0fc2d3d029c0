"""Progress of clusters, as clients of Sahara know it. Seed 001."""
