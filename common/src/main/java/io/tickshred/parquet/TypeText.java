package io.tickshred.parquet;

import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeUnit;

/**
 * A column's type as text: physical type, then its annotation. Two spellings of one type have one text; the old
 * annotations of times keep their old names, because readers give them another type (without time zone).
 */
final class TypeText {
    private TypeText() {}

    static String of(SchemaElement element) {
        String physical = element.isSetType() ? element.getType().name() : "group";
        if (element.isSetType_length() && physical.equals("FIXED_LEN_BYTE_ARRAY")) {
            physical += "(" + element.getType_length() + ")";
        }
        String annotation = annotation(element);
        return annotation.isEmpty() ? physical : physical + " " + annotation;
    }

    private static String annotation(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        if (logical == null || logical.getSetField() == null) {
            return converted(element);
        }
        if (logical.isSetDECIMAL()) {
            return decimal(
                    logical.getDECIMAL().getPrecision(), logical.getDECIMAL().getScale());
        } else if (logical.isSetTIMESTAMP()) {
            return time(
                    "TIMESTAMP",
                    logical.getTIMESTAMP().getUnit(),
                    logical.getTIMESTAMP().isIsAdjustedToUTC());
        } else if (logical.isSetTIME()) {
            return time("TIME", logical.getTIME().getUnit(), logical.getTIME().isIsAdjustedToUTC());
        } else if (logical.isSetINTEGER()) {
            IntType type = logical.getINTEGER();
            return integer(type.getBitWidth(), type.isIsSigned());
        }
        return logical.getSetField().getFieldName();
    }

    private static String converted(SchemaElement element) {
        ConvertedType type = element.getConverted_type();
        if (type == null) {
            return "";
        }
        return switch (type) {
            case UTF8 -> "STRING";
            case MAP_KEY_VALUE -> "MAP";
            case DECIMAL -> decimal(element.getPrecision(), element.getScale());
            case INT_8 -> integer(8, true);
            case INT_16 -> integer(16, true);
            case INT_32 -> integer(32, true);
            case INT_64 -> integer(64, true);
            case UINT_8 -> integer(8, false);
            case UINT_16 -> integer(16, false);
            case UINT_32 -> integer(32, false);
            case UINT_64 -> integer(64, false);
            default -> type.name();
        };
    }

    /** A signed integer as wide as its physical type needs no annotation. */
    private static String integer(int bits, boolean signed) {
        return signed && bits >= 32 ? "" : "INTEGER(" + bits + "," + signed + ")";
    }

    private static String decimal(int precision, int scale) {
        return "DECIMAL(" + precision + "," + scale + ")";
    }

    private static String time(String name, TimeUnit unit, boolean utc) {
        String unitName = unit.getSetField() == null ? "?" : unit.getSetField().getFieldName();
        return name + "(" + unitName + "," + utc + ")";
    }
}
