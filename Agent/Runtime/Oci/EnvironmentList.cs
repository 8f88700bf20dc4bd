namespace Warren.Agent.Runtime.Oci;

/// <summary>Environment variables in the order in which they first appeared; a later value replaces an earlier one.</summary>
internal sealed class EnvironmentList
{
    /// <summary>Where programs are looked for unless the image or the user says otherwise.</summary>
    public const string UsualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private readonly List<string> _names = [];
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public bool Has(string name) => _values.ContainsKey(name);

    public string? Get(string name) => _values.GetValueOrDefault(name);

    public void Set(string name, string value)
    {
        if (!_values.ContainsKey(name)) _names.Add(name);
        _values[name] = value;
    }

    /// <summary>Takes <c>NAME=value</c>. An entry without a value or a name, as some images have, is nothing a process could read.</summary>
    public void Set(string entry)
    {
        var end = entry.IndexOf('=');
        if (end > 0) Set(entry[..end], entry[(end + 1)..]);
    }

    public List<string> ToList() => [.. _names.Select(name => $"{name}={_values[name]}")];
}
