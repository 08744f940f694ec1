"""The GraphQL that we send: what REST cannot say, or says only in many calls."""

from typing import Final

CONVERSATION: Final = """
query Conversation($owner: String!, $name: String!, $number: Int!, $after: String, $before: String) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      headRefOid
      comments(last: 100, before: $before) {
        pageInfo { hasPreviousPage startCursor }
        nodes { databaseId body viewerDidAuthor }
      }
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id
          path
          isResolved
          resolvedBy { login }
          comments(first: 1) { nodes { id databaseId body isMinimized viewerDidAuthor } }
        }
      }
    }
  }
}
"""

ANSWERS: Final = """
query Answers($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      comments(last: 100) { nodes { body viewerDidAuthor } }
      reviewThreads(last: 50) { nodes { comments(last: 10) { nodes { body viewerDidAuthor } } } }
    }
  }
}
"""

RESOLVE: Final = """
mutation Resolve($input: ResolveReviewThreadInput!) {
  resolveReviewThread(input: $input) { thread { id } }
}
"""

MINIMIZE: Final = """
mutation Minimize($input: MinimizeCommentInput!) {
  minimizeComment(input: $input) { minimizedComment { isMinimized } }
}
"""

COMMIT: Final = """
mutation Commit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}
"""


def blobs(count: int) -> str:
    """Return the query for *count* blobs by their git hashes, in the variables `$sha0` and so on."""
    variables = ", ".join(f"$sha{number}: GitObjectID!" for number in range(count))
    fields = "\n".join(
        f"    blob{number}: object(oid: $sha{number}) {{ ... on Blob {{ text }} }}" for number in range(count)
    )
    return (
        f"query Blobs($owner: String!, $name: String!, {variables}) {{\n"
        f"  repository(owner: $owner, name: $name) {{\n{fields}\n  }}\n}}\n"
    )
