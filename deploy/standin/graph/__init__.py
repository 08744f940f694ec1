"""The part of GitHub's GraphQL that the App needs, answered from the same world as REST."""
