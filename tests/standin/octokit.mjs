// The story of clients.py, lived through with Octokit: told by the one argument, answered on standard output.
import { pathToFileURL } from "node:url";

const stage = JSON.parse(process.argv[2]);
const { Octokit } = await import(pathToFileURL(stage.octokit));
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const client = new Octokit({ auth: stage.token, baseUrl: stage.url, log: quiet });
const at = { owner: stage.owner, repo: stage.name };
const on = { ...at, pull_number: stage.number };

const { data: pull } = await client.rest.pulls.get(on);
const head = pull.head.sha;
const { data: tree } = await client.rest.git.getTree({ ...at, tree_sha: head, recursive: "1" });
const { data: blob } = await client.rest.git.getBlob({
  ...at,
  file_sha: tree.tree.find((each) => each.path === stage.file).sha,
});
const { data: run } = await client.rest.checks.create({ ...at, name: "ecto-fix", head_sha: head, status: "queued" });
await client.rest.checks.update({
  ...at,
  check_run_id: run.id,
  status: "completed",
  conclusion: "success",
  output: { title: "Clean", summary: "Nothing." },
});
await client.rest.pulls.createReview({
  ...on,
  commit_id: head,
  body: "One.",
  event: "COMMENT",
  comments: [{ path: stage.file, line: stage.line, side: "RIGHT", body: "Here." }],
});
const [comment] = await client.paginate(client.rest.pulls.listReviewComments, on);
await client.rest.pulls.createReplyForReviewComment({ ...on, comment_id: comment.id, body: "Done." });
await client.rest.reactions.createForPullRequestReviewComment({ ...at, comment_id: comment.id, content: "rocket" });
const summary = await client.rest.issues.createComment({ ...at, issue_number: stage.number, body: "Summary" });
await client.rest.issues.updateComment({ ...at, comment_id: summary.data.id, body: "Better summary" });
const wrong = { body: "No.", commit_id: head, path: stage.elsewhere, line: stage.outside, side: "RIGHT" };
const refusal = await client.rest.pulls.createReviewComment({ ...on, ...wrong }).then(
  () => 0,
  (error) => error.status,
);
const permission = await client.rest.repos.getCollaboratorPermissionLevel({ ...at, username: stage.person });
await client.graphql(stage.document, { input: { ...stage.commit, expectedHeadOid: head } });
const files = await client.paginate(client.rest.pulls.listFiles, { ...on, per_page: 1 });
const checks = await client.paginate(client.rest.checks.listForRef, { ...at, ref: head });

console.log(
  JSON.stringify({
    files: files.map((each) => each.filename).sort(),
    text: Buffer.from(blob.content, "base64").toString(),
    checks: checks.map((each) => each.conclusion),
    permission: permission.data.permission,
    refusal,
  }),
);
