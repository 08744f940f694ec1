"""`/dashboard`: what people may see of the reviews of their repositories, and operators of the whole."""
