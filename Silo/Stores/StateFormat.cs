using System.Text.Json.Nodes;

namespace Warren.Silo.Stores;

/// <summary>
/// The stored forms of one state type. A form changes over two releases: the first reads the new form and still writes the old one,
/// the second writes it. So while both run side by side, each reads what the other writes. Adding a property is a new form too, if
/// a release that does not know it must not drop it.
/// </summary>
public sealed record StateFormat
{
    /// <summary>The type of the state.</summary>
    public required Type StateType { get; init; }

    /// <summary>The form that this release writes, 1 or more. Default: 1.</summary>
    public int Writes { get; init; } = 1;

    /// <summary>The newest form that this release reads, not below <see cref="Writes"/>. Default: 1.</summary>
    public int Reads { get; init; } = 1;

    /// <summary>
    /// Brings a payload of any form from 1 to <see cref="Reads"/> other than <see cref="Writes"/>, given with its form, into the form
    /// that this release writes. Required where there is such a form.
    /// </summary>
    public Func<JsonNode?, int, JsonNode?>? Convert { get; init; }
}
