using System.Collections.Frozen;
using System.Collections.Immutable;
using Warren.Access;

namespace Warren.Silo.Api.Access;

/// <summary>All calls of the API, whichever way they come. One that is not in this table is refused.</summary>
internal static class Operations
{
    private const string Version = "version";

    /// <summary>The table, in the order of the documentation.</summary>
    public static ImmutableArray<Operation> All { get; } =
    [
        new("ServiceApi", "List", ApiRole.Viewer) { Summary = "Lists services", Routes = [Get("/v1/services")] },
        new("ServiceApi", "Get", ApiRole.Viewer) { Summary = "Shows a service", Routes = [Get("/v1/services/{name}")], Version = "revision.version" },
        new("ServiceApi", "Create", ApiRole.Operator)
        {
            Summary = "Makes a service",
            Target = "service {spec.name}",
            Detail = ["spec.container.image", "spec.replicas"],
            Routes = [Post("/v1/services", "spec")],
            Version = "revision.version",
        },
        new("ServiceApi", "Update", ApiRole.Operator)
        {
            Summary = "Changes a service to another spec, by a rollout",
            Target = "service {spec.name}",
            Detail = ["spec.container.image", "spec.replicas", "options.expected_version"],
            Routes = [Put("/v1/services/{spec.name}", "spec")],
            Version = "revision.version",
        },
        OfService("Scale", "Changes how many tasks a service has", "scale", "replicas", "options.expected_version"),
        OfService("Restart", "Replaces all tasks of a service, by a rollout", "restart", "options.expected_version"),
        OfService("Run", "Starts a run of a job or cron job", "run"),
        OfService("PauseRollout", "Pauses the rollout of a service", "pause", "reason"),
        OfService("ResumeRollout", "Goes on with the rollout of a service", "resume", "reason"),
        new("ServiceApi", "ListRevisions", ApiRole.Viewer) { Summary = "Lists the versions of a service", Routes = [Get("/v1/services/{name}/revisions")] },
        new("ServiceApi", "Delete", ApiRole.Operator)
        {
            Summary = "Removes a service and its tasks",
            Target = "service {name}",
            Detail = ["options.expected_version"],
            Routes = [Delete("/v1/services/{name}")],
        },
        new("TaskApi", "List", ApiRole.Viewer) { Summary = "Lists tasks", Routes = [Get("/v1/tasks")] },
        new("TaskApi", "Get", ApiRole.Viewer) { Summary = "Shows a task", Routes = [Get("/v1/tasks/{id}")] },
        new("LogApi", "Stream", ApiRole.Viewer)
        {
            Summary = "Reads the output of a task, or of all tasks of a service",
            Routes = [Get("/v1/services/{service}/logs"), Get("/v1/tasks/{task}/logs")],
        },
        new("ExecApi", "Exec", ApiRole.Operator)
        {
            Summary = "Runs a process in the container of a task",
            Target = "task {start.task}",
            Detail = ["start.command", "start.user", "start.tty"],
            WithoutRoute = "over gRPC alone: both sides stream",
        },
        new("StatsApi", "Get", ApiRole.Viewer)
        {
            Summary = "Shows what nodes and tasks use",
            Routes = [Get("/v1/stats"), Get("/v1/services/{service}/stats"), Get("/v1/nodes/{node}/stats")],
        },
        new("StatsApi", "Stream", ApiRole.Viewer) { Summary = "Shows what nodes and tasks use, again and again", Routes = [Get("/v1/stats/stream")] },
        new("ImageApi", "List", ApiRole.Viewer) { Summary = "Lists the images of nodes", Routes = [Get("/v1/images")] },
        new("ImageApi", "Pull", ApiRole.Operator)
        {
            Summary = "Has nodes get an image",
            Target = "image {image}",
            Detail = ["nodes"],
            Routes = [Post("/v1/images/pull", "*")],
        },
        new("ImageApi", "Import", ApiRole.Operator)
        {
            Summary = "Has nodes take the images of an archive",
            Target = "image {start.name}",
            Detail = ["start.nodes"],
            WithoutRoute = "over gRPC alone: both sides stream",
        },
        new("ImageApi", "Prune", ApiRole.Operator)
        {
            Summary = "Removes the images that no task needs",
            Target = "images",
            Detail = ["nodes", "dry_run"],
            Routes = [Post("/v1/images/prune", "*")],
        },
        new("NodeApi", "List", ApiRole.Viewer) { Summary = "Lists nodes", Routes = [Get("/v1/nodes")] },
        new("NodeApi", "Get", ApiRole.Viewer) { Summary = "Shows a node", Routes = [Get("/v1/nodes/{node}")], Version = "spec_version" },
        OfNode("Label", "Sets and removes labels of a node", "labels", "set", "remove"),
        OfNode("Cordon", "Places no more tasks on a node", "cordon"),
        OfNode("Drain", "Moves the tasks of a node to others", "drain"),
        OfNode("Activate", "Places tasks on a node again", "activate"),
        new("NodeApi", "Remove", ApiRole.Admin)
        {
            Summary = "Removes a node from the cluster for good",
            Target = "node {node}",
            Detail = ["force"],
            Routes = [Delete("/v1/nodes/{node}")],
        },
        .. OfObjects("Secret", "secrets", "secret"),
        .. OfObjects("Config", "configs", "config"),
        .. OfObjects("Volume", "volumes", "volume"),
        new("PlanApi", "Plan", ApiRole.Operator) { Summary = "Says what writes would do, without doing it", Routes = [Post("/v1/plan", "*")] },
        new("EventApi", "Read", ApiRole.Viewer) { Summary = "Reads events", Routes = [Get("/v1/events")], Version = "cursor" },
        new("ClusterApi", "GetInfo", ApiRole.Viewer) { Summary = "Shows the cluster", Routes = [Get("/v1/cluster")] },
        new("ClusterApi", "ListJoinTokens", ApiRole.Admin) { Summary = "Lists join tokens", Routes = [Get("/v1/cluster/join-tokens")] },
        new("ClusterApi", "CreateJoinToken", ApiRole.Admin)
        {
            Summary = "Makes a join token",
            Target = "",
            Detail = ["role", "lifetime", "never_expires", "max_uses"],
            Routes = [Post("/v1/cluster/join-tokens", "*")],
        },
        new("ClusterApi", "RevokeJoinToken", ApiRole.Admin)
        {
            Summary = "Refuses a join token from now on",
            Target = "join token {id}",
            Routes = [Delete("/v1/cluster/join-tokens/{id}")],
        },
        new("ClusterApi", "RotateJoinToken", ApiRole.Admin)
        {
            Summary = "Replaces a join token by another one",
            Target = "join token {id}",
            Routes = [Post("/v1/cluster/join-tokens/{id}/rotate")],
        },
        new("ClusterApi", "ListCertificates", ApiRole.Admin) { Summary = "Lists certificates", Routes = [Get("/v1/cluster/certificates")] },
        new("ClusterApi", "IssueCertificate", ApiRole.Admin)
        {
            Summary = "Issues a certificate to a client",
            Target = "certificate {name}",
            Detail = ["lifetime"],
            Routes = [Post("/v1/cluster/certificates", "*")],
        },
        new("ClusterApi", "RevokeCertificate", ApiRole.Admin)
        {
            Summary = "Refuses a certificate from now on",
            Target = "certificate {name}",
            Routes = [Delete("/v1/cluster/certificates/{name}")],
        },
        new("ClusterApi", "GetAuthority", ApiRole.Admin) { Summary = "Shows the cluster's authority", Routes = [Get("/v1/cluster/authority")] },
        new("ClusterApi", "RotateAuthority", ApiRole.Admin)
        {
            Summary = "Replaces the cluster's authority by another one",
            Target = "authority",
            Routes = [Post("/v1/cluster/authority/rotate")],
        },
        new("ClusterApi", "LeaveBehind", ApiRole.Admin)
        {
            Summary = "Goes on with the rotation without those that have not followed",
            Target = "authority",
            Detail = ["step"],
            Routes = [Post("/v1/cluster/authority/leave-behind", "*")],
        },
        new("ClusterApi", "GetKey", ApiRole.Admin) { Summary = "Shows which key opens the secrets", Routes = [Get("/v1/cluster/key")] },
        new("ClusterApi", "RotateKey", ApiRole.Admin) { Summary = "Replaces the key that opens the secrets", Target = "key", Routes = [Post("/v1/cluster/key/rotate")] },
        new("ClusterApi", "RetireKey", ApiRole.Admin) { Summary = "Ends the rotation of the key", Target = "key", Routes = [Post("/v1/cluster/key/retire")] },
        new("AccessApi", "ListTokens", ApiRole.Admin) { Summary = "Lists API tokens", Routes = [Get("/v1/cluster/api-tokens")] },
        new("AccessApi", "CreateToken", ApiRole.Admin)
        {
            Summary = "Makes an API token",
            Target = "API token {name}",
            Detail = ["role", "lifetime", "never_expires"],
            Routes = [Post("/v1/cluster/api-tokens", "*")],
        },
        new("AccessApi", "RevokeToken", ApiRole.Admin)
        {
            Summary = "Refuses an API token from now on",
            Target = "API token {id}",
            Routes = [Delete("/v1/cluster/api-tokens/{id}")],
        },
        new("AccessApi", "ReadAudit", ApiRole.Admin) { Summary = "Reads who changed what", Routes = [Get("/v1/audit")], Version = "cursor" },
    ];

    private static readonly FrozenDictionary<string, Operation> s_byPath = All.ToFrozenDictionary(operation => operation.Path);

    /// <summary>The call of a path on the wire; null: it is none of the API's.</summary>
    public static Operation? Of(string path) => s_byPath.GetValueOrDefault(path);

    private static RestRoute Get(string template) => new("GET", template);

    private static RestRoute Post(string template, string? body = null) => new("POST", template, body);

    private static RestRoute Put(string template, string body) => new("PUT", template, body);

    private static RestRoute Delete(string template) => new("DELETE", template);

    private static Operation OfService(string method, string summary, string verb, params ReadOnlySpan<string> detail) => new("ServiceApi", method, ApiRole.Operator)
    {
        Summary = summary,
        Target = "service {name}",
        Detail = [.. detail],
        Routes = [Post($"/v1/services/{{name}}/{verb}", "*")],
        Version = "revision.version",
    };

    private static Operation OfNode(string method, string summary, string verb, params ReadOnlySpan<string> detail) => new("NodeApi", method, ApiRole.Operator)
    {
        Summary = summary,
        Target = "node {node}",
        Detail = [.. detail],
        Routes = [Post($"/v1/nodes/{{node}}/{verb}", "*")],
        Version = "spec_version",
    };

    private static ImmutableArray<Operation> OfObjects(string kind, string path, string noun) =>
    [
        new(kind + "Api", "List", ApiRole.Viewer) { Summary = $"Lists {path}", Routes = [Get($"/v1/{path}")] },
        new(kind + "Api", "Get", ApiRole.Viewer) { Summary = $"Shows a {noun}", Routes = [Get($"/v1/{path}/{{name}}")], Version = Version },
        new(kind + "Api", "Create", ApiRole.Operator)
        {
            Summary = $"Makes a {noun}",
            Target = noun + " {spec.name}",
            Routes = [Post($"/v1/{path}", "spec")],
            Version = Version,
        },
        new(kind + "Api", "Update", ApiRole.Operator)
        {
            Summary = $"Changes a {noun}",
            Target = noun + " {spec.name}",
            Detail = ["options.expected_version"],
            Routes = [Put($"/v1/{path}/{{spec.name}}", "spec")],
            Version = Version,
        },
        new(kind + "Api", "Delete", ApiRole.Operator)
        {
            Summary = $"Removes a {noun}",
            Target = noun + " {name}",
            Detail = ["force", "options.expected_version"],
            Routes = [Delete($"/v1/{path}/{{name}}")],
        },
    ];
}
