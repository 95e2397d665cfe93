#!/bin/sh
# Measures Tickshred and its peers on the reference day: ./benchmarks/run.sh [--help | options]
# Micro-benchmarks (JMH):                                 ./benchmarks/run.sh micro [JMH's options]
# What metrics cost:                                      ./benchmarks/run.sh metrics [--help | options]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

if [ ! -r /proc/self/status ]; then
    echo "benchmarks/run.sh reads processor time and memory from /proc: run it on Linux" >&2
    exit 1
fi
command -v mvn >/dev/null || { echo "benchmarks/run.sh needs Maven 3.8 or later: mvn is not on the PATH" >&2; exit 1; }
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# The reactor's own jars and the dependencies; nothing is installed into the local repository.
mvn -q -B -Dquick -DskipTests -pl benchmarks -am package dependency:build-classpath \
    -Dmdep.outputFile=target/classpath.txt -Dmdep.includeScope=runtime
class_path="$root/benchmarks/target/classes:$(cat benchmarks/target/classpath.txt)"

if [ "${1-}" = micro ]; then
    shift
    exec "$java" -cp "$class_path" org.openjdk.jmh.Main "$@"
fi

if [ "${1-}" = metrics ]; then
    shift
    # It builds itself on first use: not in a round.
    ./tickshred --help >/dev/null
    exec "$java" -Xmx256m -cp "$class_path" io.tickshred.benchmarks.MetricsCostCommand --repository "$root" "$@"
fi

# Whether the comparison will start a candidate: all are, unless some are named.
compares() {
    case " $all " in
        *" --help "* | *" -h "* | *" --generate-only "*) return 1 ;;
        *" --candidates"*"$1"*) return 0 ;;
        *" --candidates"*) return 1 ;;
    esac
}
all=$*
if compares spark; then
    mvn -q -B -f benchmarks/spark/pom.xml process-classes
    printf -- '-cp "%s:%s"\n' "$root/benchmarks/spark/target/classes" \
        "$(cat benchmarks/spark/target/dependencies.txt)" >benchmarks/spark/target/classpath.txt
fi
if compares tickshred; then
    # It builds itself on first use: not in a round.
    ./tickshred --help >/dev/null
fi

exec "$java" -Xmx256m -cp "$class_path" io.tickshred.benchmarks.CompareCommand --repository "$root" "$@"
