namespace Orleans.Serialization.Invocation;

/// <summary>The untyped face of requests whose results are enumerated.</summary>
internal interface IEnumerationSource
{
    Request CreateStep();
}
