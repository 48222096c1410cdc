import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.deidentifier.arx.ARXAnonymizer;
import org.deidentifier.arx.ARXConfiguration;
import org.deidentifier.arx.ARXResult;
import org.deidentifier.arx.AttributeType.Hierarchy;
import org.deidentifier.arx.Data;
import org.deidentifier.arx.criteria.KAnonymity;
import org.deidentifier.arx.metric.Metric;
import org.deidentifier.arx.metric.Metric.AggregateFunction;

/** FOLDER COLUMN…: prints the CPU seconds of the fastest of four optimal searches, k = 5, 5 %. */
public class ArxPeer {
    public static void main(String[] arguments) throws Exception {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 4; round++) {
            Data data = Data.create(new File(arguments[0], "data.csv"), StandardCharsets.UTF_8, ';');
            for (int column = 1; column < arguments.length; column++) {
                File file = new File(arguments[0], arguments[column] + ".csv");
                data.getDefinition().setAttributeType(arguments[column],
                    Hierarchy.create(file, StandardCharsets.UTF_8, ';'));
            }
            ARXConfiguration configuration = ARXConfiguration.create();
            configuration.addPrivacyModel(new KAnonymity(5));
            configuration.setSuppressionLimit(0.05d);
            configuration.setQualityModel(Metric.createLossMetric(AggregateFunction.GEOMETRIC_MEAN));
            configuration.setAlgorithm(ARXConfiguration.AnonymizationAlgorithm.OPTIMAL);
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            ARXResult result = new ARXAnonymizer().anonymize(data, configuration);
            best = Math.min(best, (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9);
            System.err.println(Arrays.toString(result.getGlobalOptimum().getTransformation()));
        }
        System.out.println(best);
    }
}
