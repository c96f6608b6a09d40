using System.Text.Json.Nodes;

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
        foreach (var (from, to) in renames)
        {
            if (from.Length == 0 || to.Length == 0 || from.Count(letter => letter == '*') > 1 || to.Count(letter => letter == '*') != from.Count(letter => letter == '*'))
            {
                throw new DescentException($"A rename is OLD=NEW with at most one '*' on each side, or none on both, but was '{from}={to}'.");
            }
        }

        var used = new HashSet<(string, string)>();
        var renamed = new TensorFile();
        foreach (var (key, value) in file.Metadata)
        {
            renamed.Metadata[key] = value;
        }

        // The longest parameter whose name a tensor's begins with is the one that it belongs to.
        string[] parameters = [];
        if (file.Metadata.ContainsKey(OptimizerState.Key))
        {
            var header = OptimizerState.Header(file).Json;
            var steps = (JsonObject)header["steps"]!;
            parameters = [.. steps.Select(item => item.Key).OrderByDescending(name => name.Length)];
            var counts = new JsonObject();
            foreach (var (name, count) in steps)
            {
                if (!counts.TryAdd(New(name), count?.DeepClone()))
                {
                    throw new DescentException($"Two parameters would be named '{New(name)}'; give each its own name.");
                }
            }

            header["steps"] = counts;
            renamed.Metadata[OptimizerState.Key] = header.ToJsonString();
        }

        foreach (var tensor in file.Tensors)
        {
            renamed.Add(tensor with { Name = NewOfTensor(tensor.Name) });
        }

        return renames.FirstOrDefault(rename => !used.Contains(rename)) is { From: not null } idle
            ? throw new DescentException($"'{idle.From}' matches no parameter of the file, which has {string.Join(", ", parameters.Concat(file.Tensors.Select(tensor => tensor.Name)).Take(8))}.")
            : renamed;

        string NewOfTensor(string name)
        {
            foreach (var start in new[] { prefix + "#average.", prefix, "model.", "best." })
            {
                if (name.StartsWith(start, StringComparison.Ordinal) && parameters.FirstOrDefault(parameter => Belongs(name, start + parameter)) is { } owner)
                {
                    return start + New(owner) + name[(start.Length + owner.Length)..];
                }
            }

            return New(name);
        }

        string New(string name)
        {
            foreach (var rename in renames)
            {
                var star = rename.From.IndexOf('*', StringComparison.Ordinal);
                if (star < 0 ? name == rename.From : name.Length >= rename.From.Length - 1 && name.StartsWith(rename.From[..star], StringComparison.Ordinal) && name.EndsWith(rename.From[(star + 1)..], StringComparison.Ordinal))
                {
                    used.Add(rename);
                    return star < 0 ? rename.To : rename.To.Replace("*", name[star..(name.Length - (rename.From.Length - star - 1))], StringComparison.Ordinal);
                }
            }

            return name;
        }

        static bool Belongs(string name, string owner) => name == owner || (name.StartsWith(owner, StringComparison.Ordinal) && name[owner.Length] == '.');
    }
}
