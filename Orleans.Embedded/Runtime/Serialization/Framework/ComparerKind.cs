namespace Orleans.Serialization;

/// <summary>The comparers that travel with sets and dictionaries. The numbers are on the wire.</summary>
internal enum ComparerKind
{
    /// <summary>The default of the item type.</summary>
    Default = 0,

    Ordinal = 1,

    OrdinalIgnoreCase = 2,

    InvariantCulture = 3,

    InvariantCultureIgnoreCase = 4,

    /// <summary>No comparer: marks a default immutable array.</summary>
    DefaultArray = 5,
}
