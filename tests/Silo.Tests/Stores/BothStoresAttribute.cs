using System.Reflection;
using Xunit.Sdk;

namespace Warren.Silo.Tests.Stores;

/// <summary>Runs a theory on each kind of database.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BothStoresAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[StoreKind.Sqlite], [StoreKind.Postgres]];
}
