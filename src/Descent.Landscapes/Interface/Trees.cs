using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Descent.Optimizers;

namespace Descent.Landscapes.Interface;

/// <summary>The family of methods, and the questions that lead to one.</summary>
internal static class Trees
{
    public static JsonObject ToJson() => new()
    {
        ["family"] = new JsonArray([.. Catalogue.All.Select(entry => new JsonObject
        {
            ["name"] = entry.Name,
            ["type"] = entry.TypeName,
            ["year"] = entry.Year,
            ["preprint"] = Preprint(entry),
            ["family"] = FamilyTree.NameOf(entry.Family),
            ["parents"] = new JsonArray([.. entry.Heritage.Parents.Select(parent => JsonValue.Create(parent))]),
            ["adds"] = entry.Heritage.Adds,
            ["style"] = JsonSerializer.SerializeToNode(OptimizerStyle.Of(entry.Default), Json.Default.OptimizerStyle),
        })]),
        ["relatives"] = new JsonArray([.. Relative.All.Select(relative => JsonSerializer.SerializeToNode(relative, Json.Default.Relative))]),
        ["decision"] = new JsonArray([.. DecisionTree.Nodes.Select(node => JsonSerializer.SerializeToNode(node, Json.Default.DecisionNode))]),
    };

    /// <summary>The year of the preprint, which arXiv writes into its numbers; the paper's own where there is none.</summary>
    private static int Preprint(MethodEntry entry)
    {
        const string Archive = "https://arxiv.org/abs/";
        return entry.Paper.Link.StartsWith(Archive, StringComparison.Ordinal)
            ? Math.Min(entry.Year, 2000 + int.Parse(entry.Paper.Link.AsSpan(Archive.Length, 2), CultureInfo.InvariantCulture))
            : entry.Year;
    }
}
