package io.tickshred.compose;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of CloudWatch's metric math that compose/ecs/tickshred.yaml uses: {@code a / b}, {@code a < b},
 * {@code IF(condition, then, else)}, {@code FILL(metric, REPEAT)}, {@code FILL(metric, number)}. Series have a value a
 * minute, NaN where there is none. What is computed from a missing value is missing, and so is a quotient by zero;
 * REPEAT knows no value before the first. Anything else is refused.
 */
final class MetricMath {
    private static final Pattern TOKEN =
            Pattern.compile("\\s*(?:(?<number>\\d+(?:\\.\\d+)?)|(?<name>[A-Za-z][A-Za-z0-9_]*)|(?<sign>[/<(),]))");

    private final String expression;
    private final Map<String, double[]> series;
    private final int minutes;
    private final Matcher tokens;
    private String next = "";

    private MetricMath(String expression, Map<String, double[]> series, int minutes) {
        this.expression = expression;
        this.series = series;
        this.minutes = minutes;
        tokens = TOKEN.matcher(expression);
        advance();
    }

    /** The values of an expression over series of so many minutes, by the ids that it names them with. */
    static double[] evaluate(String expression, Map<String, double[]> series, int minutes) {
        MetricMath math = new MetricMath(expression, series, minutes);
        double[] values = math.comparison();
        if (!math.next.isEmpty()) {
            throw math.unknown();
        }
        return values;
    }

    private double[] comparison() {
        double[] left = quotient();
        return take("<") ? each(left, quotient(), (a, b) -> a < b ? 1 : 0) : left;
    }

    private double[] quotient() {
        double[] left = operand();
        while (take("/")) {
            left = each(left, operand(), (a, b) -> b == 0 ? Double.NaN : a / b);
        }
        return left;
    }

    private double[] operand() {
        String token = next;
        advance();
        if (token.equals("(")) {
            double[] inner = comparison();
            expect(")");
            return inner;
        }
        if (next.equals("(")) {
            return switch (token) {
                case "IF" -> choose();
                case "FILL" -> fill();
                default -> throw unknown();
            };
        }
        if (Character.isDigit(token.isEmpty() ? ' ' : token.charAt(0))) {
            return constant(Double.parseDouble(token));
        }
        if (!series.containsKey(token)) {
            throw unknown();
        }
        return series.get(token);
    }

    private double[] choose() {
        expect("(");
        double[] condition = comparison();
        expect(",");
        double[] yes = comparison();
        expect(",");
        double[] no = comparison();
        expect(")");
        double[] chosen = constant(Double.NaN);
        for (int i = 0; i < minutes; i++) {
            chosen[i] = Double.isNaN(condition[i]) ? Double.NaN : condition[i] != 0 ? yes[i] : no[i];
        }
        return chosen;
    }

    private double[] fill() {
        expect("(");
        double[] filled = operand().clone();
        expect(",");
        boolean repeat = take("REPEAT");
        double[] with = repeat ? constant(Double.NaN) : operand();
        expect(")");
        for (int i = 0; i < minutes; i++) {
            if (Double.isNaN(filled[i])) {
                filled[i] = !repeat ? with[i] : i > 0 ? filled[i - 1] : Double.NaN;
            }
        }
        return filled;
    }

    private double[] each(double[] left, double[] right, DoubleBinaryOperator operator) {
        double[] values = constant(Double.NaN);
        for (int i = 0; i < minutes; i++) {
            if (!Double.isNaN(left[i]) && !Double.isNaN(right[i])) {
                values[i] = operator.applyAsDouble(left[i], right[i]);
            }
        }
        return values;
    }

    private double[] constant(double value) {
        double[] values = new double[minutes];
        Arrays.fill(values, value);
        return values;
    }

    private boolean take(String token) {
        boolean found = next.equals(token);
        if (found) {
            advance();
        }
        return found;
    }

    private void expect(String token) {
        if (!take(token)) {
            throw unknown();
        }
    }

    private void advance() {
        boolean more = tokens.regionEnd() > 0 && tokens.lookingAt();
        if (more) {
            next = tokens.group().strip();
            tokens.region(tokens.end(), expression.length());
        } else if (expression.substring(tokens.regionStart()).isBlank()) {
            next = "";
        } else {
            throw unknown();
        }
    }

    private IllegalArgumentException unknown() {
        return new IllegalArgumentException("metric math that is not known here, at '"
                + next
                + expression.substring(tokens.regionStart())
                + "': "
                + expression
                + " of "
                + List.copyOf(series.keySet()));
    }
}
