using Google.Protobuf.Reflection;

namespace Warren.Silo.Api.Rest;

/// <summary>The comments of the API's <c>.proto</c> files, by the full names of what they are about.</summary>
internal static class ApiComments
{
    private const string Resource = "warren.api.pb";

    // Numbers of fields in descriptor.proto, of which the paths of locations consist.
    private const int Messages = 4, Enums = 5, Services = 6, Fields = 2, NestedMessages = 3, NestedEnums = 4, Values = 2, Methods = 2;

    /// <summary>Reads them.</summary>
    public static IReadOnlyDictionary<string, string> Read()
    {
        using var stream = typeof(ApiComments).Assembly.GetManifestResourceStream(Resource)!;
        var comments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in FileDescriptorSet.Parser.ParseFrom(stream).File)
        {
            foreach (var location in file.SourceCodeInfo.Location)
            {
                if (location.LeadingComments.Length > 0 && NameOf(file, location.Path.ToArray()) is { } name) comments[name] = Unwrap(location.LeadingComments);
            }
        }

        return comments;
    }

    private static string Unwrap(string comment) => string.Join(' ', comment.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private static string? NameOf(FileDescriptorProto file, ReadOnlySpan<int> path) => path switch
    {
        [Messages, var at, .. var rest] => OfMessage($"{file.Package}.{file.MessageType[at].Name}", file.MessageType[at], rest),
        [Enums, var at, .. var rest] => OfEnum($"{file.Package}.{file.EnumType[at].Name}", file.EnumType[at], rest),
        [Services, var at] => $"{file.Package}.{file.Service[at].Name}",
        [Services, var at, Methods, var method] => $"{file.Package}.{file.Service[at].Name}.{file.Service[at].Method[method].Name}",
        _ => null,
    };

    private static string? OfMessage(string name, DescriptorProto message, ReadOnlySpan<int> path) => path switch
    {
        [] => name,
        [Fields, var at] => $"{name}.{message.Field[at].Name}",
        [NestedMessages, var at, .. var rest] => OfMessage($"{name}.{message.NestedType[at].Name}", message.NestedType[at], rest),
        [NestedEnums, var at, .. var rest] => OfEnum($"{name}.{message.EnumType[at].Name}", message.EnumType[at], rest),
        _ => null,
    };

    private static string? OfEnum(string name, EnumDescriptorProto type, ReadOnlySpan<int> path) => path switch
    {
        [] => name,
        [Values, var at] => $"{name}.{type.Value[at].Name}",
        _ => null,
    };
}
