using System.Text.Json.Nodes;
using Descent.Text;

namespace Descent.State;

/// <summary>Gives parameters other names in a file: their weights, their state, and their counts.</summary>
public static class StateNames
{
    /// <summary>The same file with other names; the tensors' bytes are shared.</summary>
    /// <param name="file">Weights, optimizer state, or both.</param>
    /// <param name="renames">As in <see cref="LoadOptions.Rename"/>.</param>
    /// <param name="prefix">What stands before the names of the optimizer's tensors.</param>
    /// <exception cref="DescentException">A rename is not well formed or matches nothing, or two parameters get the same name.</exception>
    public static TensorFile Renamed(TensorFile file, IReadOnlyList<(string From, string To)> renames, string prefix = "optimizer.")
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(renames);
        var map = new RenameMap(renames);
        var renamed = new TensorFile();
        foreach (var (key, value) in file.Metadata)
        {
            renamed.Metadata[key] = value;
        }

        var parameters = new HashSet<string>(StringComparer.Ordinal);
        if (file.Metadata.ContainsKey(OptimizerState.Key))
        {
            var header = OptimizerState.Header(file);
            var counts = new JsonObject();
            foreach (var (name, count) in header.Fields("steps").Json)
            {
                parameters.Add(name);
                if (!counts.TryAdd(map.New(name), count?.DeepClone()))
                {
                    throw new DescentException($"Two parameters would be named '{Shown.Brief(map.New(name), 200)}'; give each its own name.");
                }
            }

            header.Json["steps"] = counts;
            renamed.Metadata[OptimizerState.Key] = header.Json.ToJsonString();
        }

        string[] starts = [$"{prefix}#average.", prefix, "model.", "best."];
        foreach (var tensor in file.Tensors)
        {
            var start = parameters.Count == 0 ? null : Array.Find(starts, start => tensor.Name.StartsWith(start, StringComparison.Ordinal));
            var length = start is null ? 0 : OwnerLength(tensor.Name[start.Length..], parameters);
            renamed.Add(tensor with { Name = length == 0 ? map.New(tensor.Name) : start + map.New(tensor.Name[start!.Length..][..length]) + tensor.Name[(start.Length + length)..] });
        }

        return map.Idle is { } idle
            ? throw new DescentException($"'{idle}' matches no parameter of the file, which has {string.Join(", ", parameters.Concat(file.Tensors.Select(tensor => tensor.Name)).Take(8).Select(name => Shown.Brief(name, 200)))}.")
            : renamed;
    }

    /// <summary>Takes the name of a tensor of state apart: the parameter, the slot, and what follows it; no owner where it is none of the parameters'.</summary>
    internal static (string? Owner, string Slot, string Part) Split(string name, HashSet<string> parameters)
    {
        // The slot is never empty: with parameters w and w.m, 'w.m' is the slot m of w.
        var length = name.LastIndexOf('.') is > 0 and var last ? Math.Max(OwnerLength(name[..last], parameters), 0) : 0;
        if (length == 0)
        {
            return (null, "", "");
        }

        var rest = name[(length + 1)..];
        var end = rest.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? dot : rest.Length;
        return (name[..length], rest[..end], rest[end..]);
    }

    /// <summary>The length of the longest parameter's name that is the name, or its beginning before a dot; 0 where there is none.</summary>
    private static int OwnerLength(string name, HashSet<string> parameters)
    {
        var length = name.Length;
        while (length > 0 && !parameters.Contains(name[..length]))
        {
            length = Math.Max(0, name.LastIndexOf('.', length - 1));
        }

        return length;
    }

    private sealed class RenameMap
    {
        private readonly IReadOnlyList<(string From, string To)> renames;
        private readonly HashSet<string> used = new(StringComparer.Ordinal);

        public RenameMap(IReadOnlyList<(string From, string To)> renames)
        {
            this.renames = renames;
            foreach (var (from, to) in renames)
            {
                if (from.Length == 0 || to.Length == 0 || from.Count(letter => letter == '*') > 1 || to.Count(letter => letter == '*') != from.Count(letter => letter == '*'))
                {
                    throw new DescentException($"A rename is OLD=NEW with at most one '*' on each side, or none on both, but was '{from}={to}'.");
                }
            }
        }

        /// <summary>The first old name that matched nothing; null where all did.</summary>
        public string? Idle => renames.Select(rename => rename.From).FirstOrDefault(from => !used.Contains(from));

        /// <summary>The new name, by the first rename that matches; the same where none does.</summary>
        public string New(string name)
        {
            foreach (var (from, to) in renames)
            {
                var star = from.IndexOf('*', StringComparison.Ordinal);
                if (star < 0 ? name == from : name.Length >= from.Length - 1 && name.StartsWith(from[..star], StringComparison.Ordinal) && name.EndsWith(from[(star + 1)..], StringComparison.Ordinal))
                {
                    used.Add(from);
                    return star < 0 ? to : to.Replace("*", name[star..(name.Length - (from.Length - star - 1))], StringComparison.Ordinal);
                }
            }

            return name;
        }
    }
}
