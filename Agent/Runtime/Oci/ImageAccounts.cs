using System.Collections.Immutable;
using System.Globalization;
using Warren.Validation;

namespace Warren.Agent.Runtime.Oci;

/// <summary>The users and groups of an image. Lines that are none are passed over, as the C library does.</summary>
internal sealed class ImageAccounts
{
    // What the kernel and runc take.
    private const uint MaxId = int.MaxValue;

    private readonly ImmutableArray<User> _users;
    private readonly ImmutableArray<GroupEntry> _groups;

    /// <param name="passwd">The content of <c>/etc/passwd</c>, or null.</param>
    /// <param name="group">The content of <c>/etc/group</c>, or null.</param>
    public ImageAccounts(string? passwd, string? group)
    {
        _users = [.. Lines(passwd).Select(ParseUser).OfType<User>()];
        _groups = [.. Lines(group).Select(ParseGroup).OfType<GroupEntry>()];
    }

    /// <summary>
    /// Finds <c>user[:group]</c>; empty means root. The group files' memberships hold where no group is named. A number that the image does
    /// not know is taken as it is.
    /// </summary>
    public ImageUser Find(string account, ImmutableArray<string> furtherGroups, List<ValidationProblem> problems)
    {
        var colon = account.IndexOf(':');
        var userText = colon < 0 ? account : account[..colon];
        var groupText = colon < 0 ? "" : account[(colon + 1)..];
        if (userText.Length == 0) userText = "0";

        var user = _users.FirstOrDefault(candidate => candidate.Name == userText)
            ?? _users.FirstOrDefault(candidate => Text(candidate.Uid) == userText);
        if (user is null && ParseId(userText) is null) problems.Add(new("user", $"'{userText}' is not in the image's /etc/passwd"));
        var uid = user?.Uid ?? ParseId(userText) ?? 0;
        var gid = groupText.Length == 0 ? user?.Gid ?? 0 : FindGroup(groupText, "user", problems);

        List<uint> groups = [gid];
        if (groupText.Length == 0 && user is not null)
            groups.AddRange(_groups.Where(group => group.Members.Contains(user.Name)).Select(group => group.Gid));
        for (var i = 0; i < furtherGroups.Length; i++) groups.Add(FindGroup(furtherGroups[i], $"groups[{i}]", problems));
        return new(uid, gid, [.. groups.Distinct()], HomeOf(user));
    }

    /// <summary>The home folder of the first user of this number; <c>/</c> without one.</summary>
    public string HomeOf(uint uid) => HomeOf(_users.FirstOrDefault(user => user.Uid == uid));

    private static string HomeOf(User? user) => string.IsNullOrEmpty(user?.Home) ? "/" : user.Home;

    private uint FindGroup(string text, string path, List<ValidationProblem> problems)
    {
        var group = _groups.FirstOrDefault(candidate => candidate.Name == text);
        if (group is not null) return group.Gid;
        if (ParseId(text) is { } id) return id;
        problems.Add(new(path, $"group '{text}' is not in the image's /etc/group"));
        return 0;
    }

    private static IEnumerable<string> Lines(string? content) => content?.Split('\n').Select(line => line.Trim()) ?? [];

    private static User? ParseUser(string line) =>
        line.Split(':') is [{ Length: > 0 } name, _, var uid, var gid, ..] parts && ParseId(uid) is { } user && ParseId(gid) is { } group
            ? new(name, user, group, parts.Length > 5 ? parts[5] : "")
            : null;

    private static GroupEntry? ParseGroup(string line) =>
        line.Split(':') is [{ Length: > 0 } name, _, var gid, ..] parts && ParseId(gid) is { } id
            ? new(name, id, parts.Length > 3 ? [.. parts[3].Split(',', StringSplitOptions.TrimEntries)] : [])
            : null;

    private static uint? ParseId(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id <= MaxId ? id : null;

    private static string Text(uint id) => id.ToString(CultureInfo.InvariantCulture);

    private sealed record User(string Name, uint Uid, uint Gid, string Home);

    private sealed record GroupEntry(string Name, uint Gid, ImmutableArray<string> Members);
}
