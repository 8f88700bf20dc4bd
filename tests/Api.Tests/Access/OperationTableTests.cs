using System.Collections.Immutable;
using Google.Protobuf.Reflection;
using Warren.Access;
using Warren.Silo.Api.Access;
using Proto = Warren.V1;

namespace Warren.Api.Tests.Access;

/// <summary>The table of operations against the API as it is: what is in one and not in the other is found here.</summary>
public sealed class OperationTableTests
{
    private static readonly ImmutableArray<FileDescriptor> s_files =
    [
        .. typeof(Proto.ServiceApi).Assembly.GetTypes()
            .Where(type => type.Namespace == "Warren.V1" && type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(type => (FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!),
    ];

    private static readonly ImmutableArray<MethodDescriptor> s_methods = [.. s_files.SelectMany(file => file.Services).SelectMany(service => service.Methods)];

    [Fact]
    public void Table_AllCallsOfTheApi_HaveOneRowEach()
    {
        s_methods.Length.ShouldBeGreaterThan(50);
        Operations.All.Select(operation => $"{operation.Api}/{operation.Method}").Order()
            .ShouldBe(s_methods.Select(method => $"{method.Service.Name}/{method.Name}").Order());
    }

    [Fact]
    public void Table_CallsThatDoNotOnlyLook_AreAudited()
    {
        string[] reading = ["Get", "List", "Read", "Plan", "Stream"];
        foreach (var operation in Operations.All)
            (operation.Target is null).ShouldBe(reading.Any(verb => operation.Method.StartsWith(verb, StringComparison.Ordinal)), operation.Path);
    }

    [Fact]
    public void Table_CallsOfViewers_ChangeNothing() =>
        Operations.All.Where(operation => operation.Role == ApiRole.Viewer).ShouldAllBe(operation => operation.Target == null);

    [Fact]
    public void Table_EveryCall_HasARouteOrSaysWhyNot() =>
        Operations.All.ShouldAllBe(operation => operation.Routes.IsEmpty == (operation.WithoutRoute != null));

    [Fact]
    public void Table_Routes_AreEachOfOneCall() =>
        Operations.All.SelectMany(operation => operation.Routes).Select(route => $"{route.Verb} {System.Text.RegularExpressions.Regex.Replace(route.Template, @"\{[^}]*\}", "{}")}").ShouldBeUnique();

    [Fact]
    public void Table_Fields_AreThere()
    {
        foreach (var operation in Operations.All)
        {
            var method = s_methods.Single(method => method.Service.Name == operation.Api && method.Name == operation.Method);
            var fields = operation.Detail.Concat(operation.Routes.SelectMany(route => InBraces(route.Template))).Concat(InBraces(operation.Target ?? ""))
                .Concat(operation.Routes.Select(route => route.Body).Where(body => body is not null and not "*").Select(body => body!));
            foreach (var field in fields) FieldPath.Find(method.InputType, field).ShouldNotBeNull($"{operation.Path}: {field}");
            if (operation.Version is { } version) FieldPath.Find(method.OutputType, version).ShouldNotBeNull($"{operation.Path}: {version}");
        }
    }

    // What is secret is bytes everywhere, but for tokens, which are only answered.
    [Fact]
    public void Table_WhatTheAuditLogShows_IsNeverConfidential()
    {
        foreach (var operation in Operations.All)
        {
            var input = s_methods.Single(method => method.Service.Name == operation.Api && method.Name == operation.Method).InputType;
            foreach (var field in operation.Detail.Concat(InBraces(operation.Target ?? "")).Select(path => FieldPath.Find(input, path)![^1]))
            {
                (field.FieldType is FieldType.Bytes || field.Name is "value" or "content" or "env" or "token").ShouldBeFalse($"{operation.Path}: {field.Name}");
            }
        }
    }

    private static IEnumerable<string> InBraces(string text) =>
        System.Text.RegularExpressions.Regex.Matches(text, @"\{([^}]*)\}").Select(match => match.Groups[1].Value);
}
