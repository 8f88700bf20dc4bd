namespace Warren.Shims.Tests.Calls;

/// <summary>How the server under test learns of its service.</summary>
public enum ServiceSource
{
    /// <summary>By its type; an object for each call.</summary>
    Type,

    /// <summary>By a service definition; one object.</summary>
    Definition,
}
