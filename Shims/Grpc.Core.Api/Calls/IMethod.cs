namespace Grpc.Core;

/// <summary>A method of a service, without its message types.</summary>
public interface IMethod
{
    /// <summary>Which side streams.</summary>
    MethodType Type { get; }

    /// <summary>The service with its package: <c>warren.v1.Nodes</c>.</summary>
    string ServiceName { get; }

    /// <summary>The method alone: <c>List</c>.</summary>
    string Name { get; }

    /// <summary>The path of the HTTP request: <c>/warren.v1.Nodes/List</c>.</summary>
    string FullName { get; }
}
