# Prints what Elixir makes of sources: elixir elixir_ast.exs FOLDER
#
# For each FOLDER/NAME.exs it writes NAME.plain and NAME.full, the AST in the encoding of rules/elixir/quoted.py, or
# NAME.error, the line and the words of the error. Nothing is evaluated.
defmodule ElixirAst do
  def main([folder]) do
    for path <- Path.wildcard(Path.join(folder, "*.exs")) do
      source = File.read!(path)
      base = Path.rootname(path)

      case parse(source, []) do
        {:ok, plain} ->
          {:ok, full} = parse(source, literal_encoder: fn literal, meta -> {:ok, {:__block__, meta, [literal]}} end)
          File.write!(base <> ".plain", json(plain, &place/1))
          File.write!(base <> ".full", json(full, &all/1))

        {:error, {meta, message, token}} ->
          message = if is_tuple(message), do: Enum.join(Tuple.to_list(message), token), else: message <> token
          File.write!(base <> ".error", ["{\"line\":", to_string(meta[:line]), ",\"message\":", text(message), "}"])
      end
    end
  end

  defp parse(source, options) do
    Code.string_to_quoted(source, [columns: true, token_metadata: true, emit_warnings: false] ++ options)
  end

  defp json(integer, _) when is_integer(integer), do: Integer.to_string(integer)
  defp json(float, _) when is_float(float), do: ["{\"f\":\"", Base.encode16(<<float::float>>, case: :lower), "\"}"]
  defp json(atom, _) when is_atom(atom), do: ["{\"a\":", text(Atom.to_string(atom)), "}"]
  defp json(list, meta) when is_list(list), do: ["[", Enum.map_intersperse(list, ",", &json(&1, meta)), "]"]
  defp json({left, right}, meta), do: ["{\"t\":[", json(left, meta), ",", json(right, meta), "]}"]

  defp json({form, metadata, arguments}, meta) do
    ["{\"n\":[", json(form, meta), ",", meta.(metadata), ",", json(arguments, meta), "]}"]
  end

  defp json(binary, _) when is_binary(binary) do
    if String.valid?(binary), do: text(binary), else: ["{\"b\":\"", Base.encode64(binary), "\"}"]
  end

  defp place([]), do: "[]"
  defp place(metadata), do: "[#{metadata[:line]},#{metadata[:column]}]"

  defp all(metadata) do
    fields =
      for {key, values} <- metadata |> Enum.group_by(&elem(&1, 0), &elem(&1, 1)) |> Enum.sort() do
        [text(Atom.to_string(key)), ":", one_or_more(Enum.map(values, &value/1))]
      end

    ["{", Enum.intersperse(fields, ","), "}"]
  end

  defp one_or_more([value]), do: value
  defp one_or_more(values), do: ["[", Enum.intersperse(values, ","), "]"]

  defp value(value) when value in [true, false], do: to_string(value)
  defp value(nil), do: "null"
  defp value([_ | _] = metadata), do: all(metadata)
  defp value(other), do: json(other, &all/1)

  defp text(string) do
    escaped = for <<char::utf8 <- string>>, into: "", do: escape(char)
    ["\"", escaped, "\""]
  end

  defp escape(?"), do: "\\\""
  defp escape(?\\), do: "\\\\"
  defp escape(?\n), do: "\\n"
  defp escape(?\r), do: "\\r"
  defp escape(?\t), do: "\\t"
  defp escape(?\b), do: "\\b"
  defp escape(?\f), do: "\\f"
  defp escape(char) when char < 0x20, do: "\\u" <> (char |> Integer.to_string(16) |> String.downcase() |> String.pad_leading(4, "0"))
  defp escape(char), do: <<char::utf8>>
end

ElixirAst.main(System.argv())
