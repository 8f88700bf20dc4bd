using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Warren.Shims.Tests.References;

/// <summary>What a referring assembly wants of some other assemblies, and what of it is not there.</summary>
/// <param name="Resolved">References that are in order, one line each.</param>
/// <param name="Problems">References that would fail at run time, one line each with the reason.</param>
internal sealed record ReferenceCheck(IReadOnlyList<string> Resolved, IReadOnlyList<string> Problems)
{
    /// <summary>Resolves every reference of <paramref name="image"/> to one of <paramref name="targets"/>, and no others.</summary>
    public static ReferenceCheck Run(Stream image, IReadOnlyCollection<DefinedAssembly> targets)
    {
        using var file = new PEReader(image);
        var run = new Walk(file.GetMetadataReader(), targets.ToDictionary(target => target.Identity.Name!));
        run.Assemblies();
        run.Types();
        run.Members();
        return new(run.Resolved, run.Problems);
    }

    private sealed class Walk(MetadataReader reader, Dictionary<string, DefinedAssembly> targets)
    {
        private readonly string _self = reader.GetString(reader.GetAssemblyDefinition().Name);

        public List<string> Resolved { get; } = [];

        public List<string> Problems { get; } = [];

        public void Assemblies()
        {
            foreach (var wanted in reader.AssemblyReferences.Select(handle => reader.GetAssemblyReference(handle).GetAssemblyName()))
            {
                if (targets.TryGetValue(wanted.Name!, out var target))
                    Note($"assembly {wanted.FullName}", ProblemOfIdentity(wanted, target.Identity));
            }
        }

        public void Types()
        {
            foreach (var handle in reader.TypeReferences)
            {
                if (Target(handle) is { } target)
                {
                    var name = SignatureText.FullName(reader, handle);
                    Note($"type {name}", target.ProblemOfType(name, _self));
                }
            }
        }

        public void Members()
        {
            foreach (var member in reader.MemberReferences.Select(reader.GetMemberReference))
            {
                if (DeclaringType(member.Parent) is not { } type || Target(type) is not { } target)
                    continue;

                var kind = member.GetKind();
                var typeName = SignatureText.FullName(reader, type);
                var name = reader.GetString(member.Name);
                var signature = kind == MemberReferenceKind.Field
                    ? member.DecodeFieldSignature(SignatureText.Provider, reader)
                    : SignatureText.Of(member.DecodeMethodSignature(SignatureText.Provider, reader));
                Note($"{kind} {typeName}::{name} {signature}", target.ProblemOfMember(typeName, name, kind, signature, _self));
            }
        }

        private static string? ProblemOfIdentity(AssemblyName wanted, AssemblyName actual)
        {
            if (actual.Version < wanted.Version)
                return $"version {actual.Version} is older";
            return (wanted.GetPublicKeyToken() ?? []).AsSpan().SequenceEqual(actual.GetPublicKeyToken())
                ? null
                : $"another public key token: {Convert.ToHexString(actual.GetPublicKeyToken() ?? [])}";
        }

        private void Note(string reference, string? problem)
        {
            if (problem is null)
                Resolved.Add(reference);
            else
                Problems.Add($"{reference}: {problem}");
        }

        private DefinedAssembly? Target(TypeReferenceHandle handle)
        {
            var scope = reader.GetTypeReference(handle).ResolutionScope;
            return scope.Kind switch
            {
                HandleKind.TypeReference => Target((TypeReferenceHandle)scope),
                HandleKind.AssemblyReference =>
                    targets.GetValueOrDefault(reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name)),
                _ => null,
            };
        }

        /// <summary>The type that has the member; of an instantiation, its generic type. Arrays get theirs from the runtime.</summary>
        private TypeReferenceHandle? DeclaringType(EntityHandle parent)
        {
            if (parent.Kind == HandleKind.TypeReference)
                return (TypeReferenceHandle)parent;
            if (parent.Kind != HandleKind.TypeSpecification)
                return null;

            var signature = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
            if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
                return null;
            signature.ReadByte(); // class or value type
            var generic = signature.ReadTypeHandle();
            return generic.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)generic : null;
        }
    }
}
