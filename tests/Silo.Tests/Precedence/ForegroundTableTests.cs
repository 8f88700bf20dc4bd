using System.Reflection;
using Warren.Nodes;
using Warren.Services;
using Warren.Silo.Precedence;
using Warren.Tasks;

namespace Warren.Silo.Tests.Precedence;

public sealed class ForegroundTableTests
{
    [Fact]
    public void Rows_NameMethodsThatAreThere_EachOnce()
    {
        foreach (var (type, methods) in ForegroundTable.Rows)
        {
            methods.ShouldBeUnique();
            foreach (var method in methods) type.GetMethods().Select(known => known.Name).ShouldContain(method, $"{type.Name}.{method}");
            foreach (var method in methods) ForegroundTable.Contains(type.GetCustomAttribute<AliasAttribute>()!.Alias, method).ShouldBeTrue();
        }
    }

    /// <summary>What comes in thousands while tasks are placed and started: were it in the table, there would be no foreground.</summary>
    [Theory]
    [InlineData(typeof(ITaskGrain), nameof(ITaskGrain.TakeAsync))]
    [InlineData(typeof(ITaskGrain), nameof(ITaskGrain.AssignAsync))]
    [InlineData(typeof(ITaskGrain), nameof(ITaskGrain.ReportAsync))]
    [InlineData(typeof(INodeGrain), nameof(INodeGrain.AdmitAsync))]
    [InlineData(typeof(INodeGrain), nameof(INodeGrain.SetDesiredAsync))]
    [InlineData(typeof(INodeLink), nameof(INodeLink.ReportAsync))]
    [InlineData(typeof(IServiceGrain), nameof(IServiceGrain.ObserveAsync))]
    public void Contains_WhatTheClusterDoesByItself_IsNotOfIt(Type type, string method) =>
        ForegroundTable.Contains(type.GetCustomAttribute<AliasAttribute>()!.Alias, method).ShouldBeFalse();
}
