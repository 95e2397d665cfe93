#!/bin/sh
# Measures Tickshred and its peers on the reference day: ./benchmarks/run.sh [--help | options]
# Micro-benchmarks (JMH):                                 ./benchmarks/run.sh micro [JMH's options]
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

case " $* " in
    *" --help "* | *" -h "* | *" --generate-only "*) spark=no ;;
    *"--candidates"*spark* | *spark*"--candidates"*) spark=yes ;;
    *"--candidates"*) spark=no ;;
    *) spark=yes ;;
esac
if [ "$spark" = yes ]; then
    mvn -q -B -f benchmarks/spark/pom.xml process-classes
    printf -- '-cp "%s:%s"\n' "$root/benchmarks/spark/target/classes" \
        "$(cat benchmarks/spark/target/dependencies.txt)" >benchmarks/spark/target/classpath.txt
fi
case " $* " in
    *" --help "* | *" -h "* | *" --generate-only "*) ;;
    # Built before the first round, or the warm-up would build it.
    *) if [ -x ./tickshred ]; then ./tickshred --help >/dev/null; fi ;;
esac

exec "$java" -Xmx256m -cp "$class_path" io.tickshred.benchmarks.CompareCommand --repository "$root" "$@"
