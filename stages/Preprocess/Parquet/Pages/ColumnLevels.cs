using Parquet.Meta;

namespace Llava.Preprocess.Parquet.Pages;

/// <summary>How often a column's path may be absent or repeated (Dremel's levels).</summary>
/// <param name="SlotDefinition">From this definition level on there is a row, or an element of the innermost list, for the value to be absent from.</param>
sealed record ColumnLevels(int MaximumDefinition, int MaximumRepetition, int SlotDefinition)
{
    public static ColumnLevels Of(IReadOnlyList<string> path, IReadOnlyList<SchemaElement> schema)
    {
        var (definition, repetition, slot, place) = (0, 0, 0, 0);
        foreach (var name in path)
        {
            place = ChildOf(schema, place, name);
            var kind = schema[place].RepetitionType;
            definition += kind is FieldRepetitionType.OPTIONAL or FieldRepetitionType.REPEATED ? 1 : 0;
            if (kind != FieldRepetitionType.REPEATED)
                continue;
            repetition++;
            slot = definition;
        }
        return new ColumnLevels(definition, repetition, slot);
    }

    // The schema is a tree written down front to back.
    static int ChildOf(IReadOnlyList<SchemaElement> schema, int parent, string name)
    {
        var place = parent + 1;
        for (var child = 0; child < (schema[parent].NumChildren ?? 0); child++)
        {
            if (schema[place].Name == name)
                return place;
            place = EndOf(schema, place);
        }
        throw new InvalidDataException($"the schema has no {name}");
    }

    static int EndOf(IReadOnlyList<SchemaElement> schema, int place)
    {
        var end = place + 1;
        for (var child = 0; child < (schema[place].NumChildren ?? 0); child++)
            end = EndOf(schema, end);
        return end;
    }
}
