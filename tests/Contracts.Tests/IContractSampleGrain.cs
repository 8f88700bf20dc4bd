namespace Warren.Contracts.Tests;

/// <summary>A grain interface of which the text is known.</summary>
[Alias("contract-sample-grain")]
public interface IContractSampleGrain : IGrainWithStringKey
{
    /// <summary>Any.</summary>
    Task<string> AskAsync(ContractSample sample, CancellationToken cancellation);
}
