package io.tenon.tidy;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/**
 * Measures Java sources with the JDK's own parser. A file counts its lines; a method, initializer or lambda of a field counts
 * from its opening to its closing brace, both included. Of overloads the longest counts.
 */
final class Sizes {

    static final int FILE_LINES_MAX = 600;
    static final int METHOD_LINES_MAX = 60;

    private Sizes() {}

    /** What passes a ceiling: path, or path{@code #Type.method}, to its lines. */
    static Map<String, Integer> overCeiling(Map<String, JavaFileObject> sources) throws IOException {
        var over = new TreeMap<String, Integer>();
        for (var source : sources.entrySet()) {
            int lines = (int) source.getValue().getCharContent(true).toString().lines().count();
            if (lines > FILE_LINES_MAX) {
                over.put(source.getKey(), lines);
            }
            measure(source.getValue()).forEach((member, size) -> {
                if (size > METHOD_LINES_MAX) {
                    over.put(source.getKey() + "#" + member, size);
                }
            });
        }
        return over;
    }

    /** Every member with code of one file, with its lines. */
    static Map<String, Integer> measure(JavaFileObject source) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var task = (JavacTask) compiler.getTask(null, null, _ -> {}, List.of("-proc:none"), null, List.of(source));
        var members = new TreeMap<String, Integer>();
        for (CompilationUnitTree unit : task.parse()) {
            new Scanner(unit, Trees.instance(task).getSourcePositions(), members).scan(unit, "");
        }
        return members;
    }

    /** Walks one file; the argument is the name of the member it is in. */
    private static final class Scanner extends TreePathScanner<Void, String> {

        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final Map<String, Integer> members;

        Scanner(CompilationUnitTree unit, SourcePositions positions, Map<String, Integer> members) {
            this.unit = unit;
            this.positions = positions;
            this.members = members;
        }

        @Override
        public Void visitClass(ClassTree tree, String within) {
            return super.visitClass(tree, inside(within, tree.getSimpleName().isEmpty() ? "new" : tree.getSimpleName()));
        }

        @Override
        public Void visitMethod(MethodTree tree, String within) {
            String name = inside(within, tree.getName());
            if (tree.getBody() != null) {
                record(name, tree.getBody());
            }
            return super.visitMethod(tree, name);
        }

        @Override
        public Void visitBlock(BlockTree tree, String within) {
            if (ofClass()) {
                record(inside(within, tree.isStatic() ? "<clinit>" : "<init>"), tree);
            }
            return super.visitBlock(tree, within);
        }

        @Override
        public Void visitVariable(VariableTree tree, String within) {
            return super.visitVariable(tree, ofClass() ? inside(within, tree.getName()) : within);
        }

        @Override
        public Void visitLambdaExpression(LambdaExpressionTree tree, String within) {
            record(within, tree.getBody());
            return super.visitLambdaExpression(tree, within);
        }

        private boolean ofClass() {
            return getCurrentPath().getParentPath().getLeaf() instanceof ClassTree;
        }

        private void record(String name, Tree code) {
            long from = unit.getLineMap().getLineNumber(positions.getStartPosition(unit, code));
            long last = unit.getLineMap().getLineNumber(positions.getEndPosition(unit, code) - 1);
            members.merge(name, (int) (last - from + 1), Math::max);
        }

        private static String inside(String within, CharSequence name) {
            return within.isEmpty() ? name.toString() : within + "." + name;
        }
    }
}
