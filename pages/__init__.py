"""The pages: plain scripts, and the components they are made of."""
