namespace Warren.Architecture.Tests.Orleans;

/// <summary>The types of an API, each with its members, as <see cref="PublicApi"/> writes them.</summary>
internal sealed class ApiListing
{
    private readonly Dictionary<string, HashSet<string>> _types = [];

    public static ApiListing Parse(string text)
    {
        var listing = new ApiListing();
        HashSet<string>? members = null;
        foreach (var line in text.Split('\n').Where(line => line.Length != 0 && line[0] != '#'))
        {
            if (line[0] == ' ') members!.Add(line.Trim());
            else members = listing._types[line] = [];
        }

        return listing;
    }

    /// <summary>The members of a type, or null where the API has no such type.</summary>
    public IReadOnlySet<string>? MembersOf(string type) => _types.GetValueOrDefault(type);
}
