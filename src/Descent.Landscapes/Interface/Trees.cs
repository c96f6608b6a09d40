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
            ["family"] = FamilyTree.NameOf(entry.Family),
            ["parents"] = new JsonArray([.. entry.Heritage.Parents.Select(parent => JsonValue.Create(parent))]),
            ["adds"] = entry.Heritage.Adds,
            ["style"] = JsonSerializer.SerializeToNode(OptimizerStyle.Of(entry.Default), Json.Default.OptimizerStyle),
        })]),
        ["decision"] = new JsonArray([.. DecisionTree.Nodes.Select(node => JsonSerializer.SerializeToNode(node, Json.Default.DecisionNode))]),
    };
}
