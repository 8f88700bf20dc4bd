namespace Orleans.CodeGenerator.Model;

/// <summary>A grain class.</summary>
/// <param name="Type">The C# name.</param>
/// <param name="GrainType">Its name on the wire.</param>
/// <param name="Interfaces">The wire names of the grain interfaces that it implements.</param>
/// <param name="Arguments">C# expressions for the constructor's parameters.</param>
/// <param name="IsReentrant">From its attribute.</param>
/// <param name="StatelessWorkerLimit">From its attribute; null when it is no stateless worker.</param>
/// <param name="CollectionAge">A C# expression; null for the default.</param>
/// <param name="IsValid">Whether code can be generated.</param>
/// <param name="Diagnostics">What is to be reported.</param>
internal sealed record GrainClassModel(
    string Type,
    string GrainType,
    EquatableArray<string> Interfaces,
    EquatableArray<string> Arguments,
    bool IsReentrant,
    int? StatelessWorkerLimit,
    string? CollectionAge,
    bool IsValid,
    EquatableArray<DiagnosticInfo> Diagnostics);
