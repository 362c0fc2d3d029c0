"""Operations of Sahara's clusters, their progress, and plugins."""
