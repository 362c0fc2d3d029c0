"""Operations of what of the API is Fuel's alone."""
