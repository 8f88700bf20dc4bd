using System.Collections.Immutable;
using Warren.Containers;
using Warren.Grains.Services;
using Warren.References;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.References;

/// <summary>
/// What the removal of a secret, config or volume means. Refused while anyone uses it; with force the services that name it are removed
/// first, and the object when their last task has ended.
/// </summary>
internal sealed record ReferencePlan
{
    /// <summary>All that use it, in order.</summary>
    public required ImmutableArray<ObjectUser> Users { get; init; }

    /// <summary>Why it is refused, with all users. Null: it is not.</summary>
    public string? Refusal { get; init; }

    /// <summary>Services to be removed now.</summary>
    public ImmutableArray<ServiceName> RemoveServices { get; init; } = [];

    /// <summary>What has to end before the object can go, for people; empty: nothing.</summary>
    public ImmutableArray<string> Waits { get; init; } = [];

    /// <summary>Whether the object can go now.</summary>
    public bool CanRemove => Refusal is null && RemoveServices.IsEmpty && Waits.IsEmpty;

    /// <summary>Decides; to be asked again until the object can go.</summary>
    public static ReferencePlan Compute(ObjectKind kind, string name, IEnumerable<ServiceState> services, bool isForced) =>
        Compute(kind, name, services.Select(state => UserOf(kind, name, state)).OfType<ObjectUser>(), isForced);

    /// <summary>Decides by what the services say of themselves.</summary>
    public static ReferencePlan Compute(ObjectKind kind, string name, IEnumerable<ObjectUser> all, bool isForced)
    {
        ImmutableArray<ObjectUser> users = [.. all.OrderBy(user => user.Service)];
        if (users.IsEmpty) return new() { Users = users };
        if (!isForced)
        {
            var list = string.Join(", ", users.Select(Describe));
            return new()
            {
                Users = users,
                Refusal = $"{kind.ToString().ToLowerInvariant()} {name} is in use by {list}; "
                    + "change or remove those first, or remove them with it by --force",
            };
        }

        return new()
        {
            Users = users,
            RemoveServices = [.. users.Where(user => user.BySpec).Select(user => user.Service)],
            Waits = [.. users.Where(user => !user.Tasks.IsEmpty).Select(user => $"waits for the end of {Describe(user)}")],
        };
    }

    /// <summary>How a service uses an object; null if it does not.</summary>
    public static ObjectUser? UserOf(ObjectKind kind, string name, ServiceState state)
    {
        if (state.Revisions.IsEmpty) return null;

        // A service that is being removed makes no further tasks.
        var bySpec = !state.IsRemoving && Uses(kind, name, state.Current.Spec);
        ImmutableArray<TaskId> tasks =
        [
            .. state.Tasks.Values.Where(task => !task.Observed.State.IsFinal && Uses(kind, name, state.RevisionOf(task).Spec)).Select(task => task.Id),
        ];
        return bySpec || !tasks.IsEmpty ? new(state.Name, bySpec, tasks) : null;
    }

    private static bool Uses(ObjectKind kind, string name, ServiceSpec spec) => kind switch
    {
        ObjectKind.Secret => spec.Secrets.Any(secret => secret.Secret.Value == name),
        ObjectKind.Config => spec.Configs.Any(config => config.Config.Value == name),
        _ => spec.Container.Mounts.Any(mount => mount.Kind == MountKind.Volume && mount.Source == name),
    };

    private static string Describe(ObjectUser user) => user.Tasks.Length switch
    {
        0 => $"service {user.Service}",
        1 => $"service {user.Service} (task {user.Tasks[0]})",
        var many => $"service {user.Service} ({many} tasks)",
    };
}
