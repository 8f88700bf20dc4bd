using Microsoft.CodeAnalysis;

namespace Orleans.CodeGenerator;

/// <summary>What the generator reports.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor DuplicateId = Error(
        "ORLEANSGEN001", "Two members have the same id", "'{0}' and '{1}' both have [Id({2})]; ids are unique within a type");

    public static readonly DiagnosticDescriptor MemberWithoutId = Warning(
        "ORLEANSGEN002", "A member has no id", "'{0}' has no [Id], so it is lost when '{1}' travels; give it one, or mark it [NonSerialized]");

    public static readonly DiagnosticDescriptor GenericMethod = Error(
        "ORLEANSGEN003", "A grain method is generic", "'{0}' is generic; grain methods cannot be");

    public static readonly DiagnosticDescriptor GenericInterface = Error(
        "ORLEANSGEN004", "A grain interface is generic", "'{0}' is generic, or nested in a generic type; grain interfaces cannot be");

    public static readonly DiagnosticDescriptor ReferenceParameter = Error(
        "ORLEANSGEN005", "A parameter is passed by reference", "'{0}' of '{1}' is passed by reference; arguments are copies");

    public static readonly DiagnosticDescriptor ReturnType = Error(
        "ORLEANSGEN006",
        "A grain method does not return a task",
        "'{0}' returns '{1}'; a grain method returns Task, Task<T>, ValueTask, ValueTask<T>, IAsyncEnumerable<T> or void");

    public static readonly DiagnosticDescriptor MethodCollision = Error(
        "ORLEANSGEN007", "Two grain methods have the same number", "'{0}' and '{1}' have the same number on the wire; give one of them another [Alias]");

    public static readonly DiagnosticDescriptor Unserializable = Warning(
        "ORLEANSGEN008", "A type cannot travel", "'{0}' of '{1}' cannot travel between processes: '{2}' has no codec; put [GenerateSerializer] on it or use another type");

    public static readonly DiagnosticDescriptor InaccessibleSerializable = Error(
        "ORLEANSGEN009", "A serialisable type is not accessible", "'{0}' is private or file-local; a type with [GenerateSerializer] is at least internal");

    public static readonly DiagnosticDescriptor NotAMethod = Error(
        "ORLEANSGEN010", "A grain interface has a property or event", "'{0}' is no method; grain interfaces have only methods");

    public static readonly DiagnosticDescriptor Constructor = Error(
        "ORLEANSGEN011",
        "The constructor of a grain class is not clear",
        "'{0}' needs exactly one public constructor, or one marked with [ActivatorUtilitiesConstructor]");

    public static readonly DiagnosticDescriptor DuplicateGrainType = Error(
        "ORLEANSGEN012", "Two grain classes have the same grain type", "'{0}' and '{1}' both have the grain type '{2}'; give one of them another [GrainType]");

    public static readonly DiagnosticDescriptor SeveralTokens = Error(
        "ORLEANSGEN013", "A grain method has several cancellation tokens", "'{0}' has more than one CancellationToken");

    public static readonly DiagnosticDescriptor OneWayResult = Error(
        "ORLEANSGEN014", "A one-way method returns a result", "'{0}' is [OneWay] but returns a result; nobody would get it");

    public static readonly DiagnosticDescriptor InvalidTimeSpan = Error(
        "ORLEANSGEN015", "A duration cannot be read", "'{0}' on '{1}' is no duration greater than zero; write hh:mm:ss");

    public static readonly DiagnosticDescriptor IdTooLarge = Error(
        "ORLEANSGEN016", "An id is too large", "[Id({0})] of '{1}' is too large; the greatest is {2}");

    public static readonly DiagnosticDescriptor ParameterWithoutProperty = Warning(
        "ORLEANSGEN017", "A record parameter has no property", "The parameter '{0}' of '{1}' has no property of its own, so it is lost when the record travels");

    public static readonly DiagnosticDescriptor GenericOuterType = Error(
        "ORLEANSGEN018", "A serialisable type is nested in a generic one", "'{0}' is nested in a generic type, which is not supported; move it out");

    public static readonly DiagnosticDescriptor InaccessibleGrain = Warning(
        "ORLEANSGEN019", "A grain type is not accessible", "'{0}' is private or file-local, so it is not registered; make it at least internal");

    public static readonly DiagnosticDescriptor BadAlias = Error(
        "ORLEANSGEN020", "An alias is not usable", "'{0}' on '{1}' is not usable as a name on the wire: 1 to 256 characters other than '<', '>', ',' and '|'");

    public static readonly DiagnosticDescriptor NoStorage = Error(
        "ORLEANSGEN021", "A member cannot be set", "'{0}' has [Id] but neither a setter nor a field of its own");

    private static DiagnosticDescriptor Error(string id, string title, string message) => new(id, title, message, "Orleans", DiagnosticSeverity.Error, true);

    private static DiagnosticDescriptor Warning(string id, string title, string message) =>
        new(id, title, message, "Orleans", DiagnosticSeverity.Warning, true);
}
